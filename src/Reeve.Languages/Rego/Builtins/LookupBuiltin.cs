using System.Net;
using System.Net.Sockets;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>The addresses of hosts.</summary>
internal static class LookupBuiltin
{
    private const string Name = "net.lookup_ip_addr";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = Name, Parameters = [RegoType.String], Result = RegoType.SetOf(RegoType.String), Deterministic = false,
            Invoke = static (context, operands) => Find(context, Operand.String(operands, 0, Name).Text),
        },
    ];

    private static SetValue Find(BuiltinContext context, string host)
    {
        if (IPAddress.TryParse(host, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || host.Count('.') == 3))
        {
            return SetValue.Of([StringValue.Of(address.ToString())]);
        }

        // the machine's own name is no matter of the network
        if (host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return Known("localhost");
        }

        if (!context.AllowNetwork)
        {
            throw Operand.Failed($"{Name}: unallowed host: {host}");
        }

        if (!context.Cache.TryGetValue((Name, host), out var known))
        {
            known = Known(host, context.Cancellation);
            context.Cache[(Name, host)] = known;
        }

        return (SetValue)known;
    }

    private static SetValue Known(string host, CancellationToken cancellation = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        try
        {
            var addresses = Dns.GetHostAddressesAsync(host, limit.Token).GetAwaiter().GetResult();
            return SetValue.Of(addresses.Select(Value (one) => StringValue.Of(one.ToString())));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw Operand.Failed($"lookup {host}: no such host");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Operand.Failed($"lookup {host}: i/o timeout");
        }
    }
}
