"""Reports: everything is rendered from the run record, so that any report can be made again."""
