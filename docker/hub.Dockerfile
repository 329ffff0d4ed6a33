# JupyterHub with openbis-nb: the hub, the service, and the sandbox.
#
#   docker build --file docker/hub.Dockerfile --tag openbis-nb-hub:0.1.0 .

FROM python:3.11.13-slim-bookworm AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY labextension labextension
COPY notebook_templates notebook_templates
COPY openbis_nb openbis_nb
# The extension for JupyterLab is built on the way, with node from PyPI, which stays in this stage.
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11.13-slim-bookworm
# An account without rights; its folders are volumes.
RUN useradd --uid 1000 --create-home --home-dir /srv/hub hub \
    && install -d -o hub -g hub -m 700 /srv/hub/data \
    && install -d -o hub -g hub -m 755 /srv/hub/certificates /sandbox
COPY constraints.txt /wheels/
# The versions that the tests ran with. pybis comes as a source archive, so compilers are not needed.
RUN --mount=type=bind,from=wheel,source=/wheels,target=/built \
    python -m pip install --no-cache-dir --constraint /wheels/constraints.txt \
        "$(echo /built/openbis_nb-*.whl)[hub,service,postgres,sandbox]" dockerspawner==14.0.0
COPY hub_config/docker/jupyterhub_config.py /etc/jupyterhub/jupyterhub_config.py
USER 1000:1000
WORKDIR /srv/hub
EXPOSE 8081 10910
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8081/hub/health', timeout=4)"]
CMD ["jupyterhub", "--config", "/etc/jupyterhub/jupyterhub_config.py"]
