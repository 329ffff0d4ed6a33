// Hands the session of this browser to JupyterHub by a form post, so that it stands in no address.
"use strict";

const API = "/openbis/openbis/rmi-application-server-v3.json";

async function call(method, ...params) {
  const body = JSON.stringify({ method, params, id: "1", jsonrpc: "2.0" });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(API, { method: "POST", headers, body });
  return (await answer.json()).result;
}

// openBIS' single sign-on leaves the session in this cookie, as the ELN expects it.
function session() {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith("openbis="));
  return found ? decodeURIComponent(found.slice("openbis=".length)) : "";
}

// Only a path travels; the hub judges it again, for this very person.
function next() {
  const wished = new URLSearchParams(location.search).get("next") || "";
  return /^\/(?![/\\])/.test(wished) ? wished : "";
}

function handOver(token) {
  const form = document.getElementById("hand-over");
  form.action = `${HUB}hub/openbis/handover`;
  form.token.value = token;
  form.next.value = next();
  form.submit();
}

function offer(address, text) {
  const link = document.getElementById("sign-on");
  link.href = address;
  link.textContent = text;
  link.hidden = false;
  document.getElementById("message").textContent = "You are not logged in to openBIS in this browser.";
}

async function signOn() {
  const told = (await call("getServerPublicInformation")) || {};
  const link = told["authentication-service.switch-aai.link"];
  if (!link) return offer("/openbis/webapp/eln-lims/", "Log in to openBIS, then come back to this page");
  const address = new URL(link, location.href);
  if (RETURN_PARAMETER) address.searchParams.set(RETURN_PARAMETER, location.href);
  offer(address.href, told["authentication-service.switch-aai.label"] || "Single sign-on");
}

async function start() {
  const token = session();
  if (token && (await call("isSessionActive", token))) handOver(token);
  else await signOn();
}

start().catch(() => {
  document.getElementById("message").textContent = "openBIS does not answer. Try again in a minute.";
});
