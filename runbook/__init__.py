"""Runbook: wiki how-tos made into runbooks that can be followed, verified and watched for drift."""


def __getattr__(name: str) -> str:
    # Looked up when asked for: importlib.metadata takes longer to import than all of `runbook --help`.
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415

        return version("wiki-runbook")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
