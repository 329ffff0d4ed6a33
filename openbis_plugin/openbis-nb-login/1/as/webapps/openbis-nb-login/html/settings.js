// The one file to change. Where JupyterHub is, with a slash at the end; it is never taken from the page's address.
const HUB = "https://jupyterhub.example.org/";
// What the single sign-on page calls the address to come back to; "" if it always comes back to the ELN.
const RETURN_PARAMETER = "return";
