"""Bank statements, from any bank: one module per format, all of them yielding the same statements.

Pure readers: a file in, statements and refused statements out. Nothing here knows the warehouse.
"""
