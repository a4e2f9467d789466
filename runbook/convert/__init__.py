"""Pages for leaving a wiki: Markdown as the author meant it, HTML and the tree of blocks as MediaWiki shows them."""
