/** A page that somebody else's notebook was made into: shown as a picture of itself (design D9). */

import type { IThemeManager } from '@jupyterlab/apputils';
import React, { useEffect, useState } from 'react';

import { themed } from './words.js';

/**
 * A frame without an origin, whose scripts, forms, links and navigations do nothing. The page has been cleaned
 * in the server and brings its own policy; this is the third wall.
 */
export function ForeignPage({
  html,
  title,
  themes
}: {
  html: string;
  title: string;
  themes: IThemeManager | null;
}): React.ReactElement {
  const isDark = useDark(themes);
  return (
    <iframe
      className="jp-openbis-page"
      title={title}
      sandbox=""
      srcDoc={themed(html, isDark)}
      referrerPolicy="no-referrer"
    />
  );
}

/** Whether the theme is a dark one, now and whenever it changes. */
function useDark(themes: IThemeManager | null): boolean {
  const [isDark, setDark] = useState(() => isDarkNow(themes));
  useEffect(() => {
    const changed = (): void => setDark(isDarkNow(themes));
    themes?.themeChanged.connect(changed);
    return () => void themes?.themeChanged.disconnect(changed);
  }, [themes]);
  return isDark;
}

function isDarkNow(themes: IThemeManager | null): boolean {
  return Boolean(themes?.theme) && !themes?.isLight(themes.theme ?? '');
}
