"""What staff do to keep the directory of help true: edits, translations, uploads, listings of their own."""
