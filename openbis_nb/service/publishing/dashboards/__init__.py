"""Dashboards: named pages of tiles, each a published page or a single output of one (row 60, D-04, D-08).

A dashboard belongs to a space, project or experiment of openBIS: who sees that sees the dashboard, who may
store something there may edit it. What a tile shows is judged apart, with the viewer's own session.
"""
