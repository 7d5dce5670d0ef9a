"""Reports to text: tables for terminals, worked pages, JSON, CSV, Markdown and LaTeX."""
