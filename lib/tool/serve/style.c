/* The one style sheet and the icon, compiled in.  Colours are custom
 * properties, which the dark scheme changes and nothing else.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "core/hash.h"
#include "stream/deflate.h"
#include "tool/serve/site.h"

/* A rule each; unknown ones are passed over by older browsers. */
static const char *const style[] = {
	":root{color-scheme:light dark;--bg:#faf9f7;--card:#fff;"
	    "--ink:#1d1b18;--soft:#5d5850;--line:#dedad3;--field:#8b857b;"
	    "--accent:#9c2f16;--accent-ink:#fff;--mark:#fff3d6;--good:#17653a;"
	    "--bad:#a11b1b;--star:#b45309;--shadow:0 1px 2px rgb(0 0 0 / .06), "
	    "0 6px 16px rgb(0 0 0 / .05);--r:.6rem;--gap:1.1rem;--wide:76rem;"
	    "--sans:system-ui, \"Segoe UI\", Roboto, \"Helvetica Neue\", "
	    "\"DejaVu Sans\", sans-serif}\n",
	"@media (prefers-color-scheme: dark) { :root { --bg: #151412;"
	    "--card: #1f1d1a;--ink: #f1eee8;--soft: #b3aca0;--line: #38342e;"
	    "--field: #857e72;--accent: #ff9d7a;--accent-ink: #26110a;--mark: "
	    "#3a2f16;--good: #7ed6a0;--bad: #ff9c94;--star: #f0b04e;--shadow: "
	    "none}}\n",
	"*, ::before, ::after{box-sizing:border-box}\n",
	"html{font:100%/1.5 var(--sans);background:var(--bg);"
	    "color:var(--ink);-webkit-text-size-adjust:100%;overflow-y:scroll;"
	    "scroll-padding-top:4.5rem}\n",
	"body{margin:0;overflow-wrap:break-word}\n",
	"a{color:var(--accent);text-underline-offset:.18em}\n",
	"a:hover{text-decoration-thickness:2px}\n",
	":focus-visible{outline:3px solid var(--accent);outline-offset:2px;"
	    "border-radius:.25rem}\n",
	"h1, h2, h3, p, ul, ol, dl, dd, figure, fieldset{margin:0;"
	    "padding:0;border:0;min-width:0}\n",
	"h1{font-size:clamp(1.6rem, 1.2rem + 1.6vw, 2.3rem);"
	    "line-height:1.15;letter-spacing:-.02em;text-wrap:balance}\n",
	"h1 .soft{font-weight:400}\n",
	"h2{font-size:1.2rem;line-height:1.3;letter-spacing:-.01em}\n",
	"ul, ol{list-style:none}\n",
	".sr{position:absolute;width:1px;height:1px;overflow:hidden;"
	    "clip-path:inset(50%);white-space:nowrap}\n",
	".soft{color:var(--soft)}\n",
	".small{font-size:.875rem}\n",
	".num{font-variant-numeric:tabular-nums}\n",
	".skip{position:absolute;inset-inline-start:-100vw}\n",
	".skip:focus{inset-inline-start:1rem;top:.5rem;z-index:9;"
	    "background:var(--card);padding:.5rem 1rem}\n",
	".top{position:sticky;top:0;z-index:5;background:var(--bg);"
	    "border-bottom:1px solid var(--line)}\n",
	".top > div, main, footer > div{max-width:var(--wide);"
	    "margin-inline:auto;padding-inline:clamp(1rem, 3vw, 2rem)}\n",
	".top > div{display:flex;align-items:center;gap:.25rem 1.25rem;"
	    "flex-wrap:wrap;min-height:3.5rem}\n",
	".brand{font-weight:750;letter-spacing:-.02em;color:var(--ink);"
	    "text-decoration:none;font-size:1.1rem;padding:.35rem 0}\n",
	".brand b{background:var(--accent);color:var(--accent-ink);"
	    "border-radius:.35rem;padding:.1rem .45rem}\n",
	".top nav{margin-inline-start:auto}\n",
	".top nav ul{display:flex;gap:.25rem}\n",
	".top nav a{display:block;padding:.45rem .7rem;border-radius:.4rem;"
	    "color:var(--ink);text-decoration:none}\n",
	".top nav a:hover{background:var(--line)}\n",
	".top nav a[aria-current]{font-weight:650;box-shadow:inset 0 -2px "
	    "var(--accent);border-radius:.4rem .4rem 0 0}\n",
	".count{display:inline-block;min-width:1.5em;padding:0 .4em;"
	    "border-radius:1em;background:var(--accent);"
	    "color:var(--accent-ink);font-size:.8rem;font-weight:650;"
	    "text-align:center}\n",
	"main{padding-block:1.75rem 3.5rem;display:grid;gap:2.25rem;"
	    "grid-template-columns:minmax(0, 1fr)}\n",
	"footer{border-top:1px solid var(--line);padding-block:1.25rem "
	    "2rem}\n",
	"footer ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}\n",
	".head{display:flex;align-items:baseline;"
	    "justify-content:space-between;gap:.25rem 1rem;flex-wrap:wrap;"
	    "margin-bottom:.9rem}\n",
	".head p{color:var(--soft);font-size:.9rem}\n",
	".search{display:grid;gap:.8rem}\n",
	".bar{display:flex;gap:.5rem}\n",
	".bar > div{position:relative;flex:1;min-width:0}\n",
	"input, select, textarea, button{font:inherit;color:inherit}\n",
	"input[type=search], input[type=number], input[type=text], select, "
	    "textarea{"
	    "width:100%;background:var(--card);border:1px solid var(--field);"
	    "border-radius:var(--r);padding:.6rem .8rem;min-height:2.75rem}\n",
	".bar input[type=search]{font-size:1.1rem;min-height:3.25rem;"
	    "padding-inline:1rem}\n",
	".options{position:absolute;inset:calc(100% + .3rem) 0 auto;z-index:4;"
	    "background:var(--card);border:1px solid var(--field);"
	    "border-radius:var(--r);box-shadow:0 10px 30px rgb(0 0 0 / .18);"
	    "padding:.3rem}\n",
	".options li{padding:.5rem .7rem;border-radius:.4rem;display:flex;"
	    "justify-content:space-between;gap:1rem;cursor:pointer}\n",
	".options li[aria-selected=true],.options li:hover{"
	    "background:var(--mark)}\n",
	".options mark{background:none;color:inherit;font-weight:700}\n",
	".options li > :last-child{color:var(--soft)}\n",
	"::placeholder{color:var(--soft);opacity:1}\n",
	".btn{border:1px solid var(--field);background:var(--card);"
	    "border-radius:var(--r);padding:.5rem 1.1rem;min-height:2.75rem;"
	    "cursor:pointer;text-decoration:none;color:var(--ink);"
	    "display:inline-flex;align-items:center}\n",
	".btn:hover{border-color:var(--ink)}\n",
	".btn.main{background:var(--accent);border-color:var(--accent);"
	    "color:var(--accent-ink);font-weight:650}\n",
	".filters{display:flex;flex-wrap:wrap;gap:.6rem 1.25rem;"
	    "align-items:end}\n",
	".filters label, .lab{font-size:.85rem;color:var(--soft);"
	    "display:block;margin-bottom:.2rem}\n",
	".filters .y{width:6.5rem}\n",
	".filters .g{width:12rem}\n",
	".chips{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}\n",
	".chips > span{font-size:.85rem;color:var(--soft);"
	    "margin-inline-end:.2rem}\n",
	".tools{display:flex;flex-wrap:wrap;gap:.6rem 2rem}\n",
	".chips a{display:inline-flex;align-items:center;min-height:2rem;"
	    "padding:.1rem .75rem;border:1px solid var(--line);"
	    "border-radius:2rem;background:var(--card);color:var(--ink);"
	    "text-decoration:none;font-size:.9rem}\n",
	".chips a:hover{border-color:var(--ink)}\n",
	".chips a[aria-current]{background:var(--ink);"
	    "border-color:var(--ink);color:var(--bg)}\n",
	".grid{display:grid;gap:1.6rem var(--gap);"
	    "grid-template-columns:repeat(auto-fill, minmax(min(10.2rem, "
	    "calc(50% - var(--gap))), 1fr))}\n",
	".card{display:flex;flex-direction:column;gap:.45rem;"
	    "position:relative}\n",
	".card h3 a{color:inherit;text-decoration:none}\n",
	".card h3 a::before{content:\"\";position:absolute;inset:0;"
	    "z-index:1;border-radius:var(--r)}\n",
	".card > h3{font-size:1rem;line-height:1.25}\n",
	".card h3 a:hover{text-decoration:underline;"
	    "text-decoration-thickness:1px}\n",
	".card .g{font-size:.85rem;color:var(--soft);line-height:1.35}\n",
	".card .g b{color:var(--ink);font-weight:600}\n",
	".card .rate{margin-top:auto}\n",
	".why a{position:relative;z-index:2}\n",
	".why{font-size:.85rem;line-height:1.35;padding-inline-start:.6rem;"
	    "border-inline-start:3px solid var(--line);color:var(--soft)}\n",
	".why b, .why a{color:var(--ink);font-weight:600}\n",
	".tile{aspect-ratio:2/3;border-radius:var(--r);overflow:hidden;"
	    "color:#fff;display:flex;flex-direction:column;"
	    "justify-content:flex-end;padding:.8rem;position:relative;"
	    "box-shadow:var(--shadow);container-type:inline-size}\n",
	".tile h3, .tile b{font-size:clamp(1rem, 13.5cqi, 2.1rem);"
	    "font-weight:750;line-height:1.06;letter-spacing:-.02em;"
	    "text-wrap:balance;max-height:5.4em;overflow:hidden}\n",
	".tile img{position:absolute;inset:0;width:100%;height:100%;"
	    "object-fit:cover}\n",
	"button.link{border:0;background:none;padding:.3rem 0;color:"
	    "var(--accent);text-decoration:underline;cursor:pointer}\n",
	".tile::before{content:\"\";position:absolute;inset:0 0 32% 0;"
	    "opacity:.55;mask-image:linear-gradient(#000 55%, transparent)}\n",
	".h0{background:#7a2318}\n",
	".h1{background:#7c3f0c}\n",
	".h2{background:#6a4a06}\n",
	".h3{background:#445112}\n",
	".h4{background:#235632}\n",
	".h5{background:#0f5551}\n",
	".h6{background:#115069}\n",
	".h7{background:#1d4680}\n",
	".h8{background:#37398a}\n",
	".h9{background:#53307f}\n",
	".h10{background:#6c2a6b}\n",
	".h11{background:#79244a}\n",
	".p0::before{background:radial-gradient(circle at 75% 22%, rgb(255 "
	    "255 255 / .5) 0 17%, transparent 17.5%)}\n",
	".p1::before{background:repeating-linear-gradient(115deg, rgb(255 "
	    "255 255 / .22) 0 5px, transparent 5px 22px)}\n",
	".p2::before{background:radial-gradient(rgb(255 255 255 / .45) "
	    "1.6px, transparent 2px) 0 0/19px 19px, radial-gradient(circle at "
	    "70% 30%, rgb(255 255 255 / .4) 0 12%, transparent 12.5%)}\n",
	".p3::before{background:repeating-radial-gradient(circle at 20% "
	    "10%, rgb(255 255 255 / .22) 0 2px, transparent 2px 16px)}\n",
	".p4::before{background:linear-gradient(160deg, transparent 46%, "
	    "rgb(255 255 255 / .28) 46.4% 60%, transparent 60.4%), "
	    "linear-gradient(200deg, transparent 52%, rgb(255 255 255 / .18) "
	    "52.4% 68%, transparent 68.4%)}\n",
	".p5::before{background:conic-gradient(from 20deg at 30% 40%, "
	    "rgb(255 255 255 / .3) 0 12%, transparent 0 25%, rgb(255 255 255 / "
	    ".2) 0 37%, transparent 0 50%, rgb(255 255 255 / .3) 0 62%, "
	    "transparent 0 75%, rgb(255 255 255 / .2) 0 87%, transparent 0)}\n",
	".p6::before{background:repeating-linear-gradient(0deg, rgb(255 "
	    "255 255 / .2) 0 1px, transparent 1px 13px)}\n",
	".p7::before{background:linear-gradient(90deg, rgb(255 255 255 / "
	    ".28) 8px, transparent 8px) 12px 0/32px 100%}\n",
	".meter{display:flex;flex-wrap:wrap;align-items:center;gap:0 .5rem;font-size:.85rem;"
	    "color:var(--soft)}\n",
	".meter svg{flex:none}\n",
	".meter svg rect:first-child{fill:var(--line)}\n",
	".meter svg rect:last-child{fill:var(--accent)}\n",
	".meter.loose svg rect:last-child{fill:var(--field)}\n",
	".rate{display:flex;align-items:center;margin-inline-start:-.3rem;"
	    "position:relative;z-index:2}\n",
	".rate button{flex:none;border:0;background:none;cursor:pointer;"
	    "padding:0;width:1.75rem;height:1.75rem;border-radius:.3rem;"
	    "font-size:1.25rem;line-height:1;color:var(--field)}\n",
	".rate button.on, .rate button:hover{color:var(--star)}\n",
	".rate .x{font-size:1.1rem;color:var(--soft);"
	    "margin-inline-start:.15rem}\n",
	".rate .x:hover{color:var(--bad)}\n",
	"@supports selector(:has(a)) { .rate button:has(~ "
	    "button:not(.x):hover) { color: var(--star)}}\n",
	".film{display:grid;gap:1.5rem 2.25rem;"
	    "grid-template-columns:minmax(9rem, 15rem) minmax(0, 1fr);"
	    "align-items:start}\n",
	".film .facts{display:grid;gap:1rem}\n",
	".exact{display:flex;gap:.4rem;margin-top:.4rem}\n",
	".exact .btn, .exact select{width:auto;min-height:2.25rem;padding:"
	    ".2rem .7rem}\n",
	"dl.pairs{display:grid;grid-template-columns:max-content minmax(0, "
	    "1fr);gap:.3rem 1.1rem}\n",
	"dl.pairs dt{color:var(--soft)}\n",
	".panel{background:var(--card);border:1px solid var(--line);"
	    "border-radius:var(--r);padding:1rem 1.15rem}\n",
	"pre{margin:0}\n",
	"pre.panel{overflow-x:auto}\n",
	".panel.row{display:flex;flex-wrap:wrap;align-items:center;"
	    "gap:.6rem 1.75rem}\n",
	".big{font-size:1.7rem;font-weight:700;letter-spacing:-.02em;"
	    "line-height:1.1}\n",
	".hist{width:100%;max-width:22rem;height:auto}\n",
	".hist rect{fill:var(--accent)}\n",
	".hist text{fill:var(--soft);font:.72rem var(--sans)}\n",
	".cols{display:grid;gap:2.25rem;"
	    "grid-template-columns:repeat(auto-fit, minmax(min(26rem, 100%), "
	    "1fr))}\n",
	".list li{display:grid;grid-template-columns:3.1rem minmax(0, 1fr) "
	    "auto;gap:.2rem .9rem;align-items:center;padding:.55rem 0;"
	    "border-bottom:1px solid var(--line)}\n",
	".list .tile{padding:0;border-radius:.35rem}\n",
	".list .tile b{display:none}\n",
	".list .tile::before{inset:0;mask-image:none}\n",
	".list .why{border:0;padding:0}\n",
	".seen{color:var(--star);font-weight:600;font-size:.9rem}\n",
	".head > div > *, .head form.in{display:inline}\n",
	".head .in button{font-size:.9rem}\n",
	".list a{color:var(--ink);font-weight:600;text-decoration:none}\n",
	".list a:hover{text-decoration:underline}\n",
	".bring{display:grid;gap:1rem;max-width:44rem;"
	    "grid-template-columns:minmax(0, 1fr)}\n",
	"section > p.soft{margin-bottom:.9rem}\n",
	".bring label, .bring legend{display:block;font-weight:600;"
	    "margin-bottom:.3rem;padding:0}\n",
	"summary{cursor:pointer;padding:.3rem 0}\n",
	"details > .cols, details > .chips{margin-top:.8rem}\n",
	"input[type=file]{max-width:100%;padding:.4rem 0}\n",
	".plain{list-style:disc;padding-inline-start:1.2rem}\n",
	"table{border-collapse:collapse;width:100%}\n",
	"th, td{padding:.35rem .6rem .35rem 0;border-bottom:1px solid "
	    "var(--line);text-align:start;vertical-align:top}\n",
	".wide{overflow-x:auto}\n",
	"th{color:var(--soft);font-weight:600;font-size:.85rem}\n",
	"td.num, th.num{text-align:end}\n",
	"code, .mono{font:.875em ui-monospace, \"DejaVu Sans Mono\", Menlo,"
	    " monospace}\n",
	".note{border-inline-start:4px solid var(--accent);"
	    "background:var(--mark);padding:.75rem 1rem;border-radius:0 "
	    "var(--r) var(--r) 0}\n",
	"[aria-invalid=true]{border:2px solid var(--bad)}\n",
	".bad{color:var(--bad);font-size:.9rem}\n",
	".empty{max-width:40rem;text-align:center;padding:2.5rem 1rem;"
	    "border:1px dashed var(--field);border-radius:var(--r);"
	    "display:grid;gap:.8rem;justify-items:center}\n",
	".pager{display:flex;justify-content:space-between;gap:1rem;"
	    "align-items:center}\n",
	"@media (max-width: 40rem) { .list li { grid-template-columns: 3.1rem "
	    "minmax(0, 1fr) auto} .list li > div:last-child:not(:nth-child(2)) "
	    "{ grid-column: 2 / -1} .rate button { width: 1.6rem} .top > "
	    "div { column-gap: .3rem} .brand { font-size: 1rem} .film { "
	    "grid-template-columns: 6.5rem minmax(0, 1fr);gap: 1rem} .bar .btn "
	    "{ padding-inline: .9rem} .filters .g { width: 100%} .top > div { "
	    "flex-wrap: nowrap;gap: .5rem} .top nav ul { gap: 0} .top nav a { "
	    "padding: .45rem .5rem;font-size: .95rem;white-space: nowrap}}\n",
	"@media (max-width: 24rem) { .film { grid-template-columns: 4.6rem "
	    "minmax(0, 1fr);gap: .8rem} .panel { padding: .8rem} .top > div { "
	    "flex-wrap: wrap} .top nav a { padding: .45rem .3rem} .count { "
	    "min-width: 1.2em} .bar { flex-wrap: wrap} .bar > div { "
	    "flex-basis: 100%} .bar .btn { flex: 1;justify-content: center}}\n",
	"@media (prefers-reduced-motion: no-preference) { .tile { "
	    "transition: transform .15s ease-out} .card:hover .tile { "
	    "transform: translateY(-3px)} html { scroll-behavior: smooth}}\n",
	"@media (forced-colors: active) { .tile { border: 1px solid} .rate "
	    "button.on { forced-color-adjust: none;color: Highlight}}\n",
	"@media print { .top, .search, .rate, footer { display: none}}\n",
	NULL
};

static const char *const icon[] = {
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
	    "<rect width=\"32\" height=\"32\" rx=\"7\" fill=\"#9c2f16\"/>"
	    "<path d=\"M8 23V10h3l5 7 5-7h3v13\" fill=\"none\" "
	    "stroke=\"#fff\" stroke-width=\"3\"/></svg>\n",
	NULL
};

/* Its name has a hash of its bytes, so that it may be kept for ever. */
static int
make(struct mr_asset *a, const char *const *text, const char *name,
    const char *extension, const char *type, struct mr_err *err)
{
	for (int i = 0; text[i]; i++)
		mr_write_raw(&a->w, text[i]);
	a->type = type;
	if (a->w.rc == MR_OK)
		snprintf(a->name, sizeof a->name, "%s.%016llx.%s", name,
		    (unsigned long long)mr_hash64(a->w.b.p, a->w.b.n),
		    extension);
	return a->w.rc ? mr_err_nomem(err, 16384, "the style sheet") :
	    mr_deflate(mr_buf_slice(&a->w.b), &a->gzip, err);
}

int
mr_assets_open(struct mr_asset *a, struct mr_err *err)
{
	int rc = make(&a[MR_ASSET_STYLE], style, "style", "css",
	    "text/css; charset=utf-8", err);

	if (rc == MR_OK)
		rc = make(&a[MR_ASSET_SCRIPT], mr_site_script, "script", "js",
		    "text/javascript; charset=utf-8", err);
	if (rc == MR_OK)
		rc = make(&a[MR_ASSET_ICON], icon, "icon", "svg",
		    "image/svg+xml", err);
	return rc;
}

void
mr_assets_close(struct mr_asset *a)
{
	for (int i = 0; i < MR_ASSET_END; i++) {
		mr_write_free(&a[i].w);
		mr_buf_free(&a[i].gzip);
	}
}
