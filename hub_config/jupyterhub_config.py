"""JupyterHub for one host, with openBIS' people.

    OPENBIS_URL=https://openbis.example.org jupyterhub -f hub_config/jupyterhub_config.py

As it stands it is for trying things out on one's own machine: reachable from this machine only, all servers
run under the account that starts the hub. The hub refuses to listen to other machines like this.
"""

import os
import sys
from pathlib import Path

from openbis_nb.hub.configure import configure

c = get_config()  # noqa: F821 (JupyterHub puts it here)

# Log-in by openBIS, the session for people's servers, and what must outlive a restart. Everything that it
# sets is read in openbis_nb/hub/configure.py.
configure(
    c,
    openbis_url=os.environ["OPENBIS_URL"],
    data_dir=os.environ.get("OPENBIS_NB_HUB_DATA", ".hub"),
    # The CA of your institute, if openBIS' certificate is signed by one.
    ca_bundle=os.environ.get("OPENBIS_NB_CA_BUNDLE", ""),
)

# Who may come in: everybody with a role in openBIS. Or: allowed_spaces = {"/LAB"}, allowed_groups,
# allowed_projects, allowed_openbis_users (then without allow_all).
c.OpenBISAuthenticator.allow_all = True

# Where the hub is reached: this machine only, until a spawner below separates people's servers.
c.JupyterHub.bind_url = os.environ.get("OPENBIS_NB_HUB_URL", "http://127.0.0.1:8000")

# The address that people use, where nginx.conf stands in front: cookies are then sent by https only.
c.JupyterHub.public_url = os.environ.get("OPENBIS_NB_HUB_PUBLIC_URL", "")

# The npm proxy (not the Python package of the same name). scripts/lib.sh installs it into .tools/.
c.ConfigurableHTTPProxy.command = [os.environ.get("OPENBIS_NB_HUB_PROXY", "configurable-http-proxy")]

# People's servers: processes of this account, each in a folder of its own.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(
    Path(os.environ.get("OPENBIS_NB_HUB_HOMES", ".hub/homes")).absolute() / "{username}"
)
# The environment that the hub runs in is the one that notebooks run in.
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
if os.geteuid() == 0:
    c.Spawner.args = ["--allow-root"]
