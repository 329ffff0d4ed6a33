# A person's own server: JupyterLab and Notebook 7 with openbis-nb, and kernels for Python and R.
#
#   docker build --file docker/user.Dockerfile --tag openbis-nb-user:0.1.0 .
#
# For more packages derive from it: FROM openbis-nb-user:0.1.0, USER 0, install, USER 1000.

FROM python:3.11.13-slim-bookworm AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY labextension labextension
COPY notebook_templates notebook_templates
COPY openbis_nb openbis_nb
# The extension for JupyterLab is built on the way, with node from PyPI, which stays in this stage.
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11.13-slim-bookworm
# Debian's R brings its kernel's specification along. It is pinned by the release of the base image; security
# updates are wanted at each build.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl git r-base-core r-cran-irkernel tini \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 --create-home --home-dir /person --shell /bin/bash person
COPY constraints.txt /wheels/
RUN --mount=type=bind,from=wheel,source=/wheels,target=/built \
    python -m pip install --no-cache-dir --constraint /wheels/constraints.txt \
        "$(echo /built/openbis_nb-*.whl)[hub,lab,templates]"
# JupyterLab's settings for whoever has chosen nothing: no question about news at the first start.
COPY hub_config/jupyter/labconfig /etc/jupyter/labconfig
ENV HOME=/person LANG=C.UTF-8
USER 1000:1000
WORKDIR /person
EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:8888' + os.environ['JUPYTERHUB_SERVICE_PREFIX'] + 'api', timeout=4)"]
ENTRYPOINT ["tini", "--"]
CMD ["jupyterhub-singleuser", "--ip=0.0.0.0", "--port=8888"]
