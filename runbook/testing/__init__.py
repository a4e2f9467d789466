"""Runbooks as tests: the plugin of pytest. pytest loads `plugin` whenever it runs; the rest only with --runbook."""
