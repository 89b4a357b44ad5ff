using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Core.Targets;

namespace Reeve.Actors.Balancers;

/// <summary>Writes the configuration of an HAProxy. What people wrote goes into it only when it is of a harmless shape.</summary>
internal static partial class HaproxyConfig
{
    /// <summary>The name of the pool in the configuration.</summary>
    public const string Pool = "pool";

    /// <summary>What of the wishes cannot be put into a configuration; null when all can.</summary>
    public static string? ProblemOf(Balancing wanted)
    {
        var settings = wanted.Settings;
        if (!IPAddress.TryParse(settings.Address, out _))
        {
            return $"vip.address: `{settings.Address}` is no IP address";
        }

        if (settings.Port is < 1 or > 65535)
        {
            return $"vip.protocol_port: `{settings.Port}` is no port";
        }

        if (settings.Cookie is { } cookie && !Word().IsMatch(cookie))
        {
            return $"pool.session_persistence.cookie_name: `{cookie}` is no name of a cookie";
        }

        if (settings.Probe is { Type: "HTTP" or "HTTPS" } probe && (!Path().IsMatch(probe.Path) || !Codes().IsMatch(probe.Codes)))
        {
            return $"health_monitor: `{probe.Path}` or `{probe.Codes}` cannot be asked for; "
                + "write a plain path and statuses such as 200-204";
        }

        return wanted.Members.FirstOrDefault(
            m => !Word().IsMatch(m.Id) || !Host().IsMatch(m.Address) || m.Port is < 1 or > 65535) is { } odd
            ? $"member `{odd.Id}`: `{odd.Address}:{odd.Port}` is no address"
            : null;
    }

    /// <summary>The configuration; with sockets in a folder of its own.</summary>
    public static string Write(Balancing wanted, string folder)
    {
        var settings = wanted.Settings;
        var text = new StringBuilder();
        Line(text, "# written by reeve; changes here are lost");
        Line(text, "global");
        Line(text, "    master-worker");
        Line(text, $"    stats socket {folder}/stats.sock mode 600 level admin expose-fd listeners");
        Line(text, "    stats timeout 1m");
        Line(text, "    hard-stop-after 30s");
        Line(text, "defaults");
        Line(text, $"    mode {(settings.IsHttp ? "http" : "tcp")}");
        Line(text, "    timeout connect 5s");
        Line(text, "    timeout client 60s");
        Line(text, "    timeout server 60s");
        Line(text, "    timeout queue 30s");
        Line(text, "    retries 3");
        Line(text, "    option redispatch 1");
        if (settings.IsHttp)
        {
            // a member that dies before it has answered costs nobody a request that may be repeated
            Line(text, "    retry-on conn-failure empty-response");
        }

        WriteFrontend(text, settings);
        WriteBackend(text, settings);
        foreach (var member in wanted.Members)
        {
            Line(text, $"    server {Server(settings, member)}");
        }

        return text.ToString();
    }

    /// <summary>A member as it stands behind the word <c>server</c>.</summary>
    public static string Server(BalancerSettings settings, BalancerMember member)
    {
        var check = settings.Probe is { } probe
            ? string.Create(
                CultureInfo.InvariantCulture, $" check inter {Milliseconds(probe.Interval)} fall {Math.Clamp(probe.Retries, 1, 50)}")
                + (probe.Type == "HTTPS" ? " check-ssl verify none" : "")
            : "";
        var cookie = settings.Persistence is "HTTP_COOKIE" ? $" cookie {member.Id}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{member.Id} {member.Address}:{member.Port} pool-max-conn 0{check}{cookie}");
    }

    private static void WriteFrontend(StringBuilder text, BalancerSettings settings)
    {
        Line(text, "frontend vip");
        var host = settings.Address.Contains(':') ? $"[{settings.Address}]" : settings.Address;
        Line(text, string.Create(CultureInfo.InvariantCulture, $"    bind {host}:{settings.Port}"));
        if (settings.ConnectionLimit is { } limit and > 0)
        {
            Line(text, string.Create(CultureInfo.InvariantCulture, $"    maxconn {limit}"));
        }

        if (settings.IsHttp)
        {
            Line(text, "    http-request disable-l7-retry if METH_POST");
        }

        Line(text, $"    default_backend {Pool}");
    }

    private static void WriteBackend(StringBuilder text, BalancerSettings settings)
    {
        Line(text, $"backend {Pool}");
        Line(text, settings.Method switch
        {
            "LEAST_CONNECTIONS" => "    balance leastconn",
            "SOURCE_IP" => "    balance source",
            _ => "    balance roundrobin",
        });

        // only a consistent hash lets members come and go while it runs
        Line(text, "    hash-type consistent");
        switch (settings.Persistence)
        {
            case "SOURCE_IP":
                Line(text, "    stick-table type ip size 100k expire 30m");
                Line(text, "    stick on src");
                break;
            case "HTTP_COOKIE" when settings.IsHttp:
                Line(text, "    cookie SRV insert indirect nocache");
                break;
            case "APP_COOKIE" when settings.IsHttp && settings.Cookie is { } cookie:
                Line(text, "    stick-table type string len 64 size 100k expire 30m");
                Line(text, $"    stick store-response res.cook({cookie})");
                Line(text, $"    stick match req.cook({cookie})");
                break;
        }

        if (settings.Probe is not { } probe)
        {
            return;
        }

        Line(text, $"    timeout check {Milliseconds(probe.Timeout)}");
        if (probe.Type is "HTTP" or "HTTPS")
        {
            Line(text, "    option httpchk");
            Line(text, $"    http-check send meth {(Word().IsMatch(probe.Method) ? probe.Method : "GET")} uri {probe.Path}");
            Line(text, $"    http-check expect status {probe.Codes}");
        }
    }

    private static string Milliseconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Clamp(time.TotalMilliseconds, 100, 3_600_000)}ms");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,128}\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A[A-Za-z0-9:.-]{1,253}\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A/[A-Za-z0-9_./?=&%~-]{0,500}\z")]
    private static partial Regex Path();

    [GeneratedRegex(@"\A[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?){0,20}\z")]
    private static partial Regex Codes();
}
