import{D as g,H as y,j as d}from"./chunk-NXUPH7UD.js";import{e as $,y as h}from"./chunk-6SKU556M.js";var j=`
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif; color: #111; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0; }
dl { display: grid; grid-template-columns: minmax(7rem, 1fr) 3fr; gap: .2rem 1rem; } dt { color: #444; } dd { margin: 0; }
article { margin: 1rem 0; padding: .8rem 1rem; border: 1px solid #999; break-inside: avoid-page; }
article.desk, article.note { margin-left: 1.5rem; } article.note { border: 2px dashed #6b3a00; }
.text { white-space: pre-wrap; } .when, .event, .about { color: #444; font-size: .9rem; } .warning { padding: .6rem 1rem; border-left: .4rem solid #a30010; background: #fdf0f0; }
@media print { body { margin: 0; max-width: none; } .warning { border: 1px solid #111; } }
`,W="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",z={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"},a=e=>e.replace(/[&<>"']/g,t=>z[t]);function b(e,t){let o=document.documentElement.lang,n=`${d("case.title")} ${t.words(e.id)}`;return`<!DOCTYPE html>
<html lang="${a(o)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${W}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${a(n)}</title>
<style>${j}</style>
</head>
<body>
<h1>${a(n)}</h1>
<p class="warning">${a(d(t.masked?"export.page.masked":"export.page.opened"))}</p>
<p class="about">${a(d("export.page.made",{Day:t.made}))}</p>
<h2>${a(d("case.facts"))}</h2>
<dl>${e.facts.map(r=>D(r,t)).join(`
`)}</dl>
<h2>${a(d("case.timeline"))}</h2>
${e.entries.map(r=>O(r,t)).join(`
`)}
</body>
</html>
`}var D=(e,{words:t})=>`<dt>${a(e.label)}</dt><dd${x(e)} dir="auto">${a(t(e))}</dd>`,x=({language:e})=>/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$/.test(e)?` lang="${e}"`:"";function O({kind:e,author:t,when:o,text:n,fault:r,answers:s,files:l},c){let{words:i}=c;if(e==="event")return`<p class="event" dir="auto">${n?a(i(n)):""}</p>`;let p=`<h3 dir="auto">${a(t?i(t):d(`mask.entry.${e}`))}</h3><p class="when">${o?a(i(o)):""}${e==="note"?` · ${a(d("case.note.tag"))}`:""}</p>`,w=n?`<p class="text"${x(n)} dir="auto">${a(i(n))}</p>`:`<p class="about">${a(r)}</p>`,C=s.length>0?`<dl>${s.map(m=>D(m,c)).join(`
`)}</dl>`:"",v=l.length>0?`<ul>${l.map(m=>E(m,c)).join(`
`)}</ul>`:"";return`<article class="${e}">${p}${w}${C}${v}</article>`}function E(e,{words:t,path:o}){let n=a(t(e.name)),r=o(e);if(!r)return`<li><bdi>${n}</bdi> <span class="about">${a(d("export.page.without"))}</span></li>`;let s=y(e.file.name)?` <strong>${a(d("case.file.risk"))}</strong>`:"";return`<li><a href="${a(r.split("/").map(encodeURIComponent).join("/"))}" rel="noreferrer"><bdi>${n}</bdi></a> <span class="about">${a(e.about)}</span>${s}</li>`}async function K(e,t,o,n){let r=new u,s=new Map(t.map(({file:i})=>[i,`files/${r.take(o.words(i.name))}`])),l={...o,path:i=>s.get(i)},c=new h;c.store("case.html",f(b(e,l))),c.store("case.json",f(JSON.stringify(F(e,l,n),null,2)+`
`));for(let{file:i,content:p}of t)await c.storeFile(f(s.get(i)),p);return c.close("application/zip")}var f=e=>$(g(e));function F({id:e,facts:t,entries:o},n,r){let{words:s,masked:l,made:c}=n;return{kind:l?"masked":"opened",case:s(e),made:c,...r?{record:P(r)}:{},facts:t.map(i=>({name:i.label,value:s(i)})),entries:o.map(i=>R(i,n))}}function P({data:{case:e,dates:t},classification:o}){let{recipient:n,reporter_recipient:r,...s}=e;return{...s,dates:t,...o?{classification:o}:{}}}function R({kind:e,author:t,when:o,text:n,fault:r,answers:s,files:l},{words:c,path:i}){return{kind:e,...t?{author:c(t)}:{},...o?{when:c(o)}:{},...n?{text:c(n),language:n.language}:{},...r?{fault:r}:{},...s.length>0?{answers:s.map(p=>({question:p.label,answer:c(p)}))}:{},...l.length>0?{files:l.map(p=>({name:c(p.name),path:i(p)??null}))}:{}}}var _=200,Z=/[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164/\\:*?"<>|]/gu,B=/^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\.|$)/i,u=class{used=new Set;take(t){let[o,n]=k(q(t));for(let r=1;;r++){let s=r===1?o+n:`${o} (${r})${n}`,l=s.normalize("NFKC").toLowerCase();if(!this.used.has(l))return this.used.add(l),s}}};function q(e){let t=e.normalize("NFC").replace(Z,"_").replace(/^[\s.]+|[\s.]+$/g,""),[o,n]=k(t||"file"),r=[...o];for(;g(r.join("")+n).length>_;)r.pop();let s=r.join("").trimEnd()+n;return B.test(s)?`_${s}`:s}function k(e){let t=e.lastIndexOf(".");return t>0&&e.length-t<=12?[e.slice(0,t),e.slice(t)]:[e,""]}export{u as Names,K as pack};
