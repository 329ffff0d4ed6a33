"""JupyterHub for one host, with openBIS' people and the way from the ELN into a notebook.

    OPENBIS_URL=https://openbis.example.org jupyterhub -f hub_config/jupyterhub_config.py

As it stands it is for trying things out on one's own machine: reachable from this machine only, all servers
run under the account that starts the hub. The hub refuses to listen to other machines like this. For a lab
see system_users/, docker/ and kubernetes/ beside this file, and docs/how-to/deployment.md.

What is likely to differ between sites is read from the environment, so that this file can stay as it is.
"""

import os
import sys
from pathlib import Path

from openbis_nb.hub.configure import configure

c = get_config()  # noqa: F821 (JupyterHub puts it here)
site = os.environ.get

# Log-in by openBIS, the session for people's servers, the service, and what must outlive a restart. What it
# sets is read in openbis_nb/hub/configure.py, which also names the settings that are not used here.
configure(
    c,
    # openBIS as this machine reaches it; no path.
    openbis_url=os.environ["OPENBIS_URL"],
    # openBIS as people's browsers reach it, if by another address: for links, and the ELN's origin.
    openbis_public_url=site("OPENBIS_NB_PUBLIC_URL", ""),
    # Former addresses of the same openBIS: notebooks that name one of them still count as its own.
    server_aliases=site("OPENBIS_NB_SERVER_ALIASES", "").split(","),
    # The CA of your institute, if openBIS' certificate is signed by one. It reaches hub, service, people's
    # servers, and pybis, R, curl and git in them.
    ca_bundle=site("OPENBIS_NB_CA_BUNDLE", ""),
    # Databases and two keys: back up this folder, and let nobody else read it.
    data_dir=site("OPENBIS_NB_HUB_DATA", ".hub"),
    # postgresql://user@host/database for hub and service; empty: SQLite in data_dir, enough for one host.
    database_url=site("OPENBIS_NB_HUB_DATABASE", ""),
    # Where the service listens: for the hub and for people's servers, not for browsers.
    service_url=site("OPENBIS_NB_SERVICE_URL", "http://127.0.0.1:10910"),
    # Stop servers that were not used for so many seconds; 0: never. One with a working kernel, or with a
    # saved version that waits for openBIS, counts as used, until it reaches the largest age.
    cull_idle_after=float(site("OPENBIS_NB_CULL_IDLE_AFTER", "0")),
    cull_max_age=float(site("OPENBIS_NB_CULL_MAX_AGE", "0")),
    # One JSON object for each line of the hub's log.
    json_logs=site("OPENBIS_NB_HUB_JSON_LOGS", "") == "1",
)

# Who may come in: everybody with a role in openBIS. Or: allowed_spaces = {"/LAB"}, allowed_groups,
# allowed_projects, allowed_openbis_users (then without allow_all).
c.OpenBISAuthenticator.allow_all = True

# Where the hub is reached: this machine only, until a spawner separates people's servers.
c.JupyterHub.bind_url = site("OPENBIS_NB_HUB_URL", "http://127.0.0.1:8000")

# The address that people use, where nginx.conf stands in front: cookies are then sent by https only.
c.JupyterHub.public_url = site("OPENBIS_NB_HUB_PUBLIC_URL", "")

# The npm proxy (not the Python package of the same name). scripts/lib.sh installs it into .tools/.
c.ConfigurableHTTPProxy.command = [site("OPENBIS_NB_HUB_PROXY", "configurable-http-proxy")]

# People's servers: processes of this account, each in a folder of its own.
c.JupyterHub.spawner_class = "simple"
homes = Path(site("OPENBIS_NB_HUB_HOMES", ".hub/homes")).absolute()
c.SimpleLocalProcessSpawner.home_dir_template = str(homes / "{username}")
# The environment that the hub runs in is the one that notebooks run in.
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
# JupyterLab's settings for whoever has chosen nothing: no question about news at the first start. Without
# this line, or with other values in jupyter/labconfig/, it is asked.
c.Spawner.environment["JUPYTER_CONFIG_PATH"] = str(Path(__file__).with_name("jupyter").absolute())
# Jupyter does not start as root unless told so.
if os.geteuid() == 0:
    c.Spawner.args = ["--allow-root"]
