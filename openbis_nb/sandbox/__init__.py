"""An openBIS look-alike that runs on one machine: for demonstrations, tests and trying things out."""
