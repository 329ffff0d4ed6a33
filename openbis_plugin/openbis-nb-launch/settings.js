// The one file to change. Where JupyterHub is, with a slash at the end; with its base_url, if it has one.
var OPENBIS_NB_HUB = "https://jupyterhub.example.org/";
