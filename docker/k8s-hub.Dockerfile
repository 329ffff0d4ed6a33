# The hub image of Zero to JupyterHub with openbis-nb in it, for hub_config/kubernetes/values.yaml.
#
#   docker build --file docker/k8s-hub.Dockerfile --tag registry.example.org/openbis-nb-k8s-hub:0.1.0 .

FROM python:3.11.13-slim-bookworm AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY labextension labextension
COPY notebook_templates notebook_templates
COPY openbis_nb openbis_nb
# The extension for JupyterLab is built on the way, with node from PyPI, which stays in this stage.
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM quay.io/jupyterhub/k8s-hub:4.4.0
# The chart's versions of JupyterHub and its parts stay: nothing is upgraded that is new enough.
USER 0
RUN --mount=type=bind,from=wheel,source=/wheels,target=/built \
    python3 -m pip install --no-cache-dir "$(echo /built/openbis_nb-*.whl)[hub]"
USER 1000:1000
