// Follows the computer's light or dark setting; runs before the page is painted, so that nothing flashes.
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => { document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light"; };
dark.addEventListener("change", paint);
paint();
