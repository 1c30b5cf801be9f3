import{g as t,p as e,s as o,t as i}from"./chunk-63ZSCQ5G.js";o();i();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),e(document,n,()=>{}));
