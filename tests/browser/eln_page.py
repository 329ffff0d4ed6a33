"""A page that does what ELN-LIMS does with notebooks (contract 8.4 to 8.7), on openBIS' origin.

Written from the contract: the addresses it builds are not encoded where the ELN does not encode them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.hub.running import Hub

_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>ELN</title>
<button id="accept">Accept &amp; Open</button>
<script>
const eln = %s;
// jQuery's $.ajax({type: "POST", crossDomain: true}): a simple request, and JSON by the type of the answer.
function post(address, data, success) {
  const request = new XMLHttpRequest();
  request.open("POST", address, true);
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
  request.setRequestHeader("Accept", "*/*");
  request.onload = () => {
    const ok = request.status >= 200 && request.status < 300;
    const type = request.getResponseHeader("Content-Type") || "";
    if (ok) success(type.includes("json") ? JSON.parse(request.responseText) : request.responseText);
    else failed(request);
  };
  request.onerror = () => failed(request);
  request.send(data);
}
function failed(request) {
  alert("error: " + JSON.stringify({ status: request.status, responseText: request.responseText }));
}
function hubAddress(file) {
  const path = "/user/" + eln.user + "/notebooks/" + eln.folder + "/" + file;
  return eln.hub + "hub/login?token=" + eln.token + "&next=" + encodeURIComponent(path);
}
function mark(notebook, key, value) {
  for (const cell of notebook.cells)
    if (cell.metadata.code_cell_id === key) cell.source[0] = key + "=" + value;
}
document.getElementById("accept").onclick = () => {
  const wanted = eln.name + ".ipynb";
  const service = eln.service + "?token=" + eln.token + "&folder=" + eln.folder + "&filename=" + wanted;
  post(service + "&test=True", "TEST", (told) => {
    const notebook = eln.notebook;
    mark(notebook, "fileName", "'" + told.fileName + "'");
    if (eln.copied) {
      mark(notebook, "resultDatasetParents", JSON.stringify([eln.copied]));
      if (!eln.keep) mark(notebook, "resultDatasetHistoryId", "'" + eln.guid + "'");
    }
    // A copy opens the name that was asked for, whatever the service answered.
    const file = eln.copied ? wanted : told.fileName;
    post(service + "&test=False", JSON.stringify(notebook), () => window.open(hubAddress(file), "_blank"));
  });
};
</script>"""


@dataclass(frozen=True)
class Eln:
    """Somebody at a page of the ELN, which an admin has told where the hub and its service are."""

    context: BrowserContext
    hub: Hub
    user: str
    token: str

    def page(self, notebook: Mapping[str, Any], folder: str, name: str, **more: Any) -> Page:
        """The dialog, filled in. *more*: ``copied``, ``keep``, ``guid`` of "Use … as Template"."""
        known = {
            "service": f"{self.hub.url}/services/openbis/eln",
            "hub": f"{self.hub.url}/",
            "token": self.token,
            "user": self.user,
            "folder": folder,
            "name": name,
            "notebook": notebook,
            **more,
        }
        address = f"{self.hub.sandbox.url}/openbis/webapp/eln-lims/"
        html = _PAGE % json.dumps(known).replace("</", "<\\/")
        # Playwright answers in openBIS' place, so to Chromium the page comes from no local address.
        self.context.grant_permissions(["local-network-access"], origin=self.hub.sandbox.url)
        page = self.context.new_page()
        page.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(address)
        return page

    def accept(self, page: Page) -> Page:
        """Press the button; the tab that opens.

        From openBIS' https to the hub's http a browser does not say where it comes from, so the hub asks.
        """
        with self.context.expect_page() as opened:
            page.click("#accept")
        opened.value.get_by_role("button", name=f"Log in as {self.user}").click()
        return opened.value
