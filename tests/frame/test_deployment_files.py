"""The shipped configurations, images and manifests hold together; no engine for containers is needed.

That single files have the right form is checked by scripts/check, with hadolint, yamllint, and the schemas of
compose and Kubernetes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from dockerspawner import DockerSpawner
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.crypto import CryptKeeper
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner, Spawner
from jupyterlab_server.settings_utils import get_settings
from traitlets.config import Config

from openbis_nb.hub.authenticator import OpenBISAuthenticator
from openbis_nb.hub.keeper import OpenBISKeeper

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted(ROOT.glob("docker/*.Dockerfile"))
COMPOSE = sorted(ROOT.glob("docker/compose.*.yaml"))
#: Settings of KubeSpawner 7.1.0 that our values use; it is not installed here.
KUBESPAWNER = {"environment"}
SECTIONS: dict[str, Any] = {
    one.__name__: one
    for one in (
        JupyterHub, Authenticator, OpenBISKeeper, OpenBISAuthenticator, CryptKeeper, ConfigurableHTTPProxy,
        Spawner, SimpleLocalProcessSpawner, LocalProcessSpawner, DockerSpawner,
    )
}  # fmt: skip


@pytest.fixture(autouse=True)
def a_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a site's openBIS is; what a configuration changes in the environment is undone."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "institute.pem")
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.chdir(tmp_path)
    os.environ.update(
        OPENBIS_URL="https://openbis.example.org",
        OPENBIS_NB_CA_BUNDLE=str(tmp_path / "institute.pem"),
        OPENBIS_NB_CA_FOLDER=str(tmp_path / "certificates"),
        OPENBIS_NB_HUB_DATA=str(tmp_path / "data"),
        OPENBIS_NB_HUB_PUBLIC_URL="https://jupyterhub.example.org/",
    )


def loaded(text: str, name: str, config: Config | None = None) -> Config:
    """A configuration as JupyterHub loads it."""
    config = Config() if config is None else config
    exec(compile(text, name, "exec"), {"c": config, "get_config": lambda: config, "__file__": name})
    return config


def unknown_settings(config: Config) -> list[str]:
    """Settings that the installed versions do not have."""
    return [
        f"{section}.{name}"
        for section, values in config.items()
        for name in values
        if section not in SECTIONS or name not in SECTIONS[section].class_traits(config=True)
    ]


# Configurations of the hub


@pytest.mark.parametrize("variant", [".", "system_users", "docker"])
def test_every_setting_of_a_configuration_is_one(variant: str, tmp_path: Path) -> None:
    path = ROOT / "hub_config" / variant / "jupyterhub_config.py"
    text = path.read_text(encoding="utf-8").replace("/srv/hub/", f"{tmp_path}/hub/")
    config = loaded(text, path.name)
    assert unknown_settings(config) == []
    assert config.OpenBISKeeper.ca_bundle.endswith("ca-bundle.pem")


@pytest.mark.parametrize("variant", [".", "system_users", "docker"])
def test_a_configuration_passes_the_hubs_own_checks(variant: str, tmp_path: Path) -> None:
    """Up to the point where the hub would open its database."""
    path = ROOT / "hub_config" / variant / "jupyterhub_config.py"
    text = path.read_text(encoding="utf-8").replace("/srv/hub/", f"{tmp_path}/hub/")
    hub = JupyterHub(config=loaded(text, path.name))
    if variant == "system_users":  # the folder is open to everybody there; pytest's own is not
        del hub.config.Spawner.environment["OPENBIS_NB_CA_BUNDLE"]
    hub.authenticator_class(parent=hub)
    assert hub.authenticator_class is OpenBISAuthenticator


def test_the_hub_in_a_container_is_found_by_its_name(tmp_path: Path) -> None:
    path = ROOT / "hub_config" / "docker" / "jupyterhub_config.py"
    config = loaded(path.read_text(encoding="utf-8").replace("/srv/hub/", f"{tmp_path}/hub/"), path.name)
    [service] = [one for one in config.JupyterHub.services if one["name"] == "openbis"]
    assert (service["url"], config.JupyterHub.hub_connect_ip) == ("http://hub:10910", "hub")
    mounted = config.DockerSpawner.volumes["openbis-nb-certificates"]["bind"]
    assert config.Spawner.environment["REQUESTS_CA_BUNDLE"] == f"{mounted}/ca-bundle.pem"


def test_no_part_of_ours_is_root_where_the_hub_is(tmp_path: Path) -> None:
    path = ROOT / "hub_config" / "system_users" / "jupyterhub_config.py"
    config = loaded(path.read_text(encoding="utf-8"), path.name)
    [service] = [one for one in config.JupyterHub.services if one["name"] == "openbis"]
    assert service["user"] == "openbis-nb"


# Kubernetes


def values() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (ROOT / "hub_config" / "kubernetes" / "values.yaml").read_text(encoding="utf-8")
    )
    return found


def manifests() -> dict[str, dict[str, Any]]:
    text = (ROOT / "hub_config" / "kubernetes" / "service.yaml").read_text(encoding="utf-8")
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


def test_the_extra_config_works_on_what_the_chart_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the chart does it: its own lists first, then hub.config, then hub.extraConfig."""
    chart = Config()
    chart.JupyterHub.services = [{"name": "jupyterhub-idle-culler"}]
    chart.JupyterHub.load_roles = [{"name": "jupyterhub-idle-culler"}]
    chart.KubeSpawner.environment = {"SITE": "lab"}
    for section, settings in values()["hub"]["config"].items():
        chart[section].update(settings)
    os.environ.update({"OPENBIS_NB_SERVICE_TOKEN": "a token"})
    config = loaded(values()["hub"]["extraConfig"]["openbis-nb"], "extraConfig", chart)
    kube = set(config.pop("KubeSpawner").keys())
    assert (kube - KUBESPAWNER, unknown_settings(config)) == (set(), [])
    assert [one["name"] for one in config.JupyterHub.services] == ["jupyterhub-idle-culler", "openbis"]
    assert config.JupyterHub.admin_access is False
    assert "db_url" not in config.JupyterHub


def test_peoples_pods_keep_the_charts_variables_and_get_ours() -> None:
    chart = Config()
    chart.KubeSpawner.environment = {"SITE": "lab"}
    os.environ.update({"OPENBIS_NB_SERVICE_TOKEN": "a token"})
    environment = loaded(values()["hub"]["extraConfig"]["openbis-nb"], "x", chart).KubeSpawner.environment
    assert environment["SITE"] == "lab"
    assert environment["SSL_CERT_FILE"] == "/etc/openbis-nb/ca-bundle.pem"
    assert "OPENBIS_NB_SERVICE_TOKEN" not in environment


def test_the_session_lies_in_memory() -> None:
    storage = values()["singleuser"]["storage"]
    [mount] = [one for one in storage["extraVolumeMounts"] if one["mountPath"].endswith("/.pybis")]
    [volume] = [one for one in storage["extraVolumes"] if one["name"] == mount["name"]]
    assert mount["mountPath"] == f"{storage['homeMountPath']}/.pybis"
    assert volume["emptyDir"]["medium"] == "Memory"


def test_hub_people_and_service_agree() -> None:
    """U-21, O-40: names, ports and secrets of values.yaml are those of service.yaml."""
    found, pod = manifests(), manifests()["Deployment"]["spec"]["template"]
    [container] = pod["spec"]["containers"]
    environment = {one["name"]: one for one in container["env"]}
    name, port = found["Service"]["metadata"]["name"], found["Service"]["spec"]["ports"][0]["port"]
    assert f'service_url="http://{name}:{port}"' in values()["hub"]["extraConfig"]["openbis-nb"]
    assert container["ports"][0]["containerPort"] == port
    token = values()["hub"]["extraEnv"]["OPENBIS_NB_SERVICE_TOKEN"]
    assert environment["JUPYTERHUB_API_TOKEN"]["valueFrom"] == token["valueFrom"]
    assert environment["OPENBIS_URL"]["value"] == values()["hub"]["extraEnv"]["OPENBIS_URL"]
    [to_service] = [
        rule
        for rule in values()["singleuser"]["networkPolicy"]["egress"]
        if rule["to"][0].get("podSelector", {}).get("matchLabels") == found["Service"]["spec"]["selector"]
    ]
    assert to_service["ports"] == [{"port": port, "protocol": "TCP"}]


def test_the_services_pod_has_no_rights() -> None:
    pod = manifests()["Deployment"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_services_pod_starts_with_its_environment() -> None:
    """The variables of the manifest are all that the service needs of a hub."""
    from openbis_nb.service.place import Place

    [container] = manifests()["Deployment"]["spec"]["template"]["spec"]["containers"]
    place = Place.of({one["name"]: one.get("value", "a secret") for one in container["env"]})
    assert (place.prefix, place.bind) == ("/services/openbis/", ("0.0.0.0", 10910))
    assert place.secure
    probes = [container[kind]["httpGet"]["path"] for kind in ("livenessProbe", "readinessProbe")]
    assert probes == [f"{place.prefix}health/live", f"{place.prefix}health/ready"]


# Images


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)
def test_an_image_runs_without_rights_on_a_pinned_base(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert [base for base in bases if not re.search(r":[0-9]+\.[0-9]+", base)] == []
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] == "1000:1000"
    assert "ARG" not in text, "a build argument is kept in the image's history"


def copied_into(path: Path) -> set[str]:
    """What a Dockerfile copies from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {source for line in lines for source in line.split()[:-1]}


def test_the_builder_is_given_what_the_images_copy_and_nothing_more() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert allowed == set().union(*map(copied_into, DOCKERFILES))


def test_the_first_stage_makes_a_whole_wheel(tmp_path: Path) -> None:
    """From the files that it copies alone, the extension for JupyterLab built before; hatchling as pip calls
    it."""
    [path] = [path for path in DOCKERFILES if path.stem == "hub"]
    first = path.read_text(encoding="utf-8").split("FROM ")[1]
    (tmp_path / "Dockerfile").write_text(first, encoding="utf-8")
    source = tmp_path / "source"
    source.mkdir()
    for name in copied_into(tmp_path / "Dockerfile"):
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(
                origin, source / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules", "lib")
            )
        else:
            shutil.copy(origin, source / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    assert [name for name in held if name.endswith("notebook_templates/analysis/template.yaml")]
    assert [name for name in held if name.endswith("openbis_nb/hub/templates/openbis_login.html")]
    assert [name for name in held if name.endswith("share/jupyter/labextensions/openbis-nb/package.json")]


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.stem)
def test_a_compose_file_has_health_checks_pinned_images_and_no_secret(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    started = {name: one for name, one in content["services"].items() if "profiles" not in one}
    # openBIS' own image: it brings what it has; we add nothing that we could not try.
    assert [name for name, one in started.items() if "healthcheck" not in one] in ([], ["openbis"])
    assert [one["image"] for one in started.values() if not re.search(r":[0-9]+\.[0-9]+", one["image"])] == []
    for name, one in content["services"].items():
        for variable, value in one.get("environment", {}).items():
            if re.search(r"TOKEN|PASS", variable):
                assert str(value).startswith("${"), f"{name}: {variable}"


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.stem)
def test_the_example_of_secrets_names_every_variable(path: Path) -> None:
    example = (ROOT / "docker" / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8"))) <= named
    assert re.findall(r"^\w*(?:TOKEN|PASS)\w*=(.+)$", example, re.MULTILINE) == []


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.stem)
def test_the_hub_is_told_what_its_configuration_reads(path: Path) -> None:
    """O-40: a misspelled variable would be silence."""
    text = (ROOT / "hub_config" / "docker" / "jupyterhub_config.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"(OPENBIS_\w+)"', text)) | {"CONFIGPROXY_AUTH_TOKEN"}
    hub = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]["hub"]
    assert set(hub["environment"]) <= read
    assert hub["environment"]["OPENBIS_NB_NETWORK"] in path.read_text(encoding="utf-8").split("networks:")[-1]


def test_the_ingress_is_nginx_own_language(tmp_path: Path) -> None:
    """With the two names put in, as the image does it at its start."""
    authority = trustme.CA()
    issued = authority.issue_cert("openbis.example.org")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    issued.private_key_pem.write_to_path(tmp_path / "server.key")
    text = (ROOT / "docker" / "ingress" / "default.conf.template").read_text(encoding="utf-8")
    for old, new in (
        ("${OPENBIS_FQDN}", "openbis.example.org"),
        ("${HUB_FQDN}", "jupyterhub.example.org"),
        ("/etc/nginx/certificates", str(tmp_path)),
    ):
        assert old in text
        text = text.replace(old, new)
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {text} }}", encoding="utf-8")
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    assert program, "This test needs nginx: run scripts/test, which installs it."
    command = [program, "-t", "-c", str(config), "-p", str(tmp_path), "-e", str(tmp_path / "start.log")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_people_are_not_asked_about_news(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What JupyterLab takes as its defaults where the configuration of a hub names our folder."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(ROOT / "hub_config" / "jupyter"))
    plugin = "@jupyterlab/apputils-extension:notification"
    shipped = Path(sys.prefix) / "share" / "jupyter" / "lab"
    found, _ = get_settings(str(tmp_path), str(shipped / "schemas"), str(tmp_path), plugin)
    assert found["schema"]["properties"]["fetchNews"]["default"] == "false"
