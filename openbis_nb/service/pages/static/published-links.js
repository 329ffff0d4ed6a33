// Addresses of published pages, and their link copied.
import { prefix } from "./api.js";
import { toast } from "./toast.js";

const one = encodeURIComponent;

export const published = `${prefix}published`;
export const pagePrint = (page) => `${published}/${one(page.id)}/print`;
export const pageFile = (page) => `${published}/file/${one(page.id)}`;

/** Copy the link to a page, and say so; where the browser does not let us, it stands in the toast. */
export async function copyLink(page) {
  const address = new URL(page.link, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    toast("The link is copied. Who opens it must be able to see the notebook in openBIS.");
  } catch {
    toast(address);
  }
}
