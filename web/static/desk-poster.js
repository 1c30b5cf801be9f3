var e=document.querySelector("#print");e?.addEventListener("click",()=>print());e&&(e.hidden=!1,document.querySelector("#by-hand")?.remove());
