/* Tell the server which zone this browser keeps, for whoever chose none: times are drawn there. */
{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (zone && /^[\w+\-/]+$/.test(zone)) {
    document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
  }
}
