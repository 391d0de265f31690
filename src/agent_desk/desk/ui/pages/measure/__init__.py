"""Measure: what was declared beside what the scale and the tape say."""
