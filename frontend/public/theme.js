// Runs before the first paint: the reader's chosen theme, if they chose one.
(function () {
  try {
    var theme = localStorage.getItem("kefu.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // storage is closed to us: the system's preference decides
  }
})();
