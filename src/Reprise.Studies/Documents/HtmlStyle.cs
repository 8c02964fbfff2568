
namespace Reprise.Studies.Documents;

/// <summary>
/// The style of a page: system fonts, a narrow column for text, wide tables and figures, light and dark, screen and print.
/// </summary>
internal static class HtmlStyle
{
    public static string Sheet { get; } = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1b1d21;--soft:#5a606b;--rule:#d9dce1;--wash:#f5f6f8;--link:#0b5c94;\
        --yes:#00704f;--no:#b03a00;--maybe:#6a5600;
          --serif:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,"Liberation Serif",serif;
          --sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
          --mono:ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#16181d;--ink:#e2e4e9;--soft:#a7adb8;--rule:#363b45;--wash:#1f2228;\
        --link:#7cc4f2;--yes:#57cfa4;--no:#f29a6b;--maybe:#dcc65f}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 var(--serif);text-rendering:optimizeLegibility}
        main{max-width:56rem;margin:0 auto;padding:3rem 1.25rem 6rem}
        h1,h2,h3,h4{font-family:var(--sans);line-height:1.25;text-wrap:balance;scroll-margin-top:1rem}
        h1{font-size:2.1rem;margin:0 0 .75rem;letter-spacing:-.015em}
        h2{font-size:1.45rem;margin:3.25rem 0 1rem;padding-top:1.1rem;border-top:1px solid var(--rule);letter-spacing:-.01em}
        h3{font-size:1.12rem;margin:2.25rem 0 .6rem}
        h4{font-size:1rem;margin:1.75rem 0 .5rem;color:var(--soft)}
        p,dl{max-width:40rem;margin:0 0 1.1rem}
        p,li,dd,figcaption,.notes p{overflow-wrap:break-word;text-wrap:pretty}
        li{margin:.25rem 0}
        a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
        .summary{font-size:1.18rem;color:var(--soft)}
        code{font-family:var(--mono);font-size:.86em;background:var(--wash);padding:.08em .3em;border-radius:.25em;overflow-wrap:anywhere}
        dt{font-weight:600;margin-top:.7rem} dd{margin:0 0 .35rem 1.35rem}
        nav{font-family:var(--sans);font-size:.94rem;line-height:1.5;margin:2rem 0 0;padding:1rem 1.2rem;background:var(--wash);\
        border-radius:.5rem;max-width:40rem}
        nav h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.07em;color:var(--soft);border:0;margin:0 0 .4rem;padding:0}
        nav ol{list-style:none;margin:0;padding:0} nav ol ol{padding-left:1.1rem} nav a{text-decoration:none}\
         nav a:hover{text-decoration:underline}
        figure{margin:1.75rem 0 2rem}
        figcaption,caption,.notes{font-family:var(--sans);font-size:.88rem;line-height:1.5}
        figcaption,.notes{color:var(--soft);max-width:44rem}
        figcaption{margin-top:.5rem}
        .scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}
        figure svg{display:block;width:100%;height:auto;max-width:52rem}
        .notes p{margin:.4rem 0 0;max-width:none}
        table{border-collapse:collapse;font-family:var(--sans);font-size:.9rem;line-height:1.4;\
        font-variant-numeric:tabular-nums lining-nums;margin:0;min-width:min(100%,24rem)}
        caption{text-align:left;font-weight:600;padding:0 0 .6rem}
        th,td{padding:.42rem .8rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
        th:first-child,td:first-child{padding-left:.2rem} th:last-child,td:last-child{padding-right:.2rem}
        thead th{border-bottom:2px solid var(--soft);vertical-align:bottom;font-weight:600}
        tbody th{font-weight:600}
        .r{text-align:right;white-space:nowrap} thead .r{white-space:normal} .c{text-align:center}
        .verdicts{min-width:100%} .verdicts td:nth-child(2){white-space:nowrap;font-weight:600}
        .supported{color:var(--yes)} .not-supported{color:var(--no)} .undecided{color:var(--maybe)} .not-tested{color:var(--soft)}
        @media screen and (max-width:40rem){
          body{font-size:1rem} main{padding:1.75rem 1rem 4rem} h1{font-size:1.65rem} h2{margin-top:2.5rem}
          figure svg{min-width:35rem} td:not(.r,.c){min-width:8.5rem}
          .verdicts thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
          .verdicts tr{display:block;padding:.7rem 0;border-bottom:1px solid var(--rule)} .verdicts td{display:block;border:0;\
        padding:.1rem 0;min-width:0}
        }
        @media print{
          @page{margin:18mm 16mm}
          body{font-size:10.5pt;line-height:1.45} main{max-width:none;padding:0} h2{margin-top:1.8rem}
          h1,h2,h3,h4,caption{break-after:avoid} figure svg,tr,dt,li{break-inside:avoid} p,li{orphans:3;widows:3}
          figure.picture{break-inside:avoid} figure svg{max-width:34rem} figure{margin:1rem 0 1.25rem} thead{display:table-header-group}
          .scroll{overflow:visible} table{width:100%;font-size:8.5pt} th,td{overflow-wrap:anywhere;padding:.3rem .45rem}\
         .r{overflow-wrap:normal}
          nav{background:none;padding:0} a{color:inherit;text-decoration:none}
        }
        """.Replace("\\\n", "", StringComparison.Ordinal);
}
