import{g as t,p as e,s as o,t as i}from"./chunk-5R2U3L44.js";o();i();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),e(document,n,()=>{}));
