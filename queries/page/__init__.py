"""The parts of the one-file explorer: a page, a style and scripts, put together by queries/explorer.py."""
