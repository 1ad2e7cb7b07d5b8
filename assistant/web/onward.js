// Goes on to the page from within this site, so that the browser sends its cookie, and keeps what
// the link named behind "#". The address begins with one slash and a "#": no other site's.
location.replace("/" + location.hash);
