"""Files of sales and counts, from places without a till: read, compared with the books, then reported to the inbox."""
