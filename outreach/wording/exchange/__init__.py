"""Exchange of translations with people who work elsewhere: gettext PO, XLIFF 2.0 or a spreadsheet, there and back."""
