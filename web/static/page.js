import{g as t,r as e,s as i,t as o}from"./chunk-JUMWF7YM.js";e();i();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),o(document,n,()=>{}));
