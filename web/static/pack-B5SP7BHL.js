import{D as g,H as y,j as p}from"./chunk-AKQWNQCC.js";import{e as $,y as h}from"./chunk-6SKU556M.js";var C=`
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif; color: #111; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0; }
dl { display: grid; grid-template-columns: minmax(7rem, 1fr) 3fr; gap: .2rem 1rem; } dt { color: #444; } dd { margin: 0; }
article { margin: 1rem 0; padding: .8rem 1rem; border: 1px solid #999; break-inside: avoid-page; }
article.desk, article.note { margin-left: 1.5rem; } article.note { border: 2px dashed #6b3a00; }
.text { white-space: pre-wrap; } .when, .event, .about { color: #444; font-size: .9rem; } .warning { padding: .6rem 1rem; border-left: .4rem solid #a30010; background: #fdf0f0; }
@media print { body { margin: 0; max-width: none; } .warning { border: 1px solid #111; } }
`,W="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",z={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"},a=e=>e.replace(/[&<>"']/g,t=>z[t]);function b(e,t){let s=document.documentElement.lang,n=`${p("case.title")} ${t.words(e.id)}`;return`<!DOCTYPE html>
<html lang="${a(s)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${W}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${a(n)}</title>
<style>${C}</style>
</head>
<body>
<h1>${a(n)}</h1>
<p class="warning">${a(p(t.masked?"export.page.masked":"export.page.opened"))}</p>
<p class="about">${a(p("export.page.made",{Day:t.made}))}</p>
<h2>${a(p("case.facts"))}</h2>
<dl>${e.facts.map(r=>D(r,t)).join(`
`)}</dl>
<h2>${a(p("case.timeline"))}</h2>
${e.entries.map(r=>O(r,t)).join(`
`)}
</body>
</html>
`}var D=(e,{words:t})=>`<dt>${a(e.label)}</dt><dd${k(e)} dir="auto">${a(t(e))}</dd>`,k=({language:e})=>/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$/.test(e)?` lang="${e}"`:"";function O({kind:e,author:t,when:s,text:n,fault:r,answers:o,files:l},c){let{words:i}=c;if(e==="event")return`<p class="event" dir="auto">${n?a(i(n)):""}</p>`;let d=`<h3 dir="auto">${a(t?i(t):p(`mask.entry.${e}`))}</h3><p class="when">${s?a(i(s)):""}${e==="note"?` · ${a(p("case.note.tag"))}`:""}</p>`,w=n?`<p class="text"${k(n)} dir="auto">${a(i(n))}</p>`:`<p class="about">${a(r)}</p>`,v=o.length>0?`<dl>${o.map(m=>D(m,c)).join(`
`)}</dl>`:"",j=l.length>0?`<ul>${l.map(m=>E(m,c)).join(`
`)}</ul>`:"";return`<article class="${e}">${d}${w}${v}${j}</article>`}function E(e,{words:t,path:s}){let n=a(t(e.name)),r=s(e);if(!r)return`<li><bdi>${n}</bdi> <span class="about">${a(p("export.page.without"))}</span></li>`;let o=y(e.file.name)?` <strong>${a(p("case.file.risk"))}</strong>`:"";return`<li><a href="${a(r.split("/").map(encodeURIComponent).join("/"))}" rel="noreferrer"><bdi>${n}</bdi></a> <span class="about">${a(e.about)}</span>${o}</li>`}async function K(e,t,s,n){let r=new u,o=new Map(t.map(({file:i})=>[i,`files/${r.take(s.words(i.name))}`])),l={...s,path:i=>o.get(i)},c=new h;c.store("case.html",f(b(e,l))),c.store("case.json",f(JSON.stringify(F(e,l,n),null,2)+`
`));for(let{file:i,content:d}of t)await c.storeFile(f(o.get(i)),d);return c.close("application/zip")}var f=e=>$(g(e));function F({id:e,facts:t,entries:s},n,r){let{words:o,masked:l,made:c}=n;return{kind:l?"masked":"opened",case:o(e),made:c,...r?{record:P(r)}:{},facts:t.map(i=>({name:i.label,value:o(i)})),entries:s.map(i=>_(i,n))}}function P({case:e,dates:t}){let{recipient:s,reporter_recipient:n,...r}=e;return{...r,dates:t}}function _({kind:e,author:t,when:s,text:n,fault:r,answers:o,files:l},{words:c,path:i}){return{kind:e,...t?{author:c(t)}:{},...s?{when:c(s)}:{},...n?{text:c(n),language:n.language}:{},...r?{fault:r}:{},...o.length>0?{answers:o.map(d=>({question:d.label,answer:c(d)}))}:{},...l.length>0?{files:l.map(d=>({name:c(d.name),path:i(d)??null}))}:{}}}var Z=200,B=/[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164/\\:*?"<>|]/gu,q=/^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\.|$)/i,u=class{used=new Set;take(t){let[s,n]=x(R(t));for(let r=1;;r++){let o=r===1?s+n:`${s} (${r})${n}`,l=o.normalize("NFKC").toLowerCase();if(!this.used.has(l))return this.used.add(l),o}}};function R(e){let t=e.normalize("NFC").replace(B,"_").replace(/^[\s.]+|[\s.]+$/g,""),[s,n]=x(t||"file"),r=[...s];for(;g(r.join("")+n).length>Z;)r.pop();let o=r.join("").trimEnd()+n;return q.test(o)?`_${o}`:o}function x(e){let t=e.lastIndexOf(".");return t>0&&e.length-t<=12?[e.slice(0,t),e.slice(t)]:[e,""]}export{u as Names,K as pack};
