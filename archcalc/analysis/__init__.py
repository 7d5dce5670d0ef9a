"""Graph to report: totals, receptive fields, depth, stages; symbols on demand."""

from archcalc.analysis.report import BYTES, LayerReport, Report, Totals, make_report

__all__ = ["BYTES", "LayerReport", "Report", "Totals", "make_report"]
