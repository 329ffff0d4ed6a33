"""The data store server: files of data sets, the ways up and down, and what is made of uploads."""
