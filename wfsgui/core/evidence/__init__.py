"""Evidence files: what was measured, checked and judged, as HTML, PDF, JSON and ECSV."""
