"""openBIS inside a plain JupyterLab and Notebook 7: one story for each part."""
