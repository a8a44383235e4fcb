"""Pure text of a tool or file → typed values. No module here opens, starts or sends anything."""
