"""Figures for whoever watches the site, in Prometheus's format."""
