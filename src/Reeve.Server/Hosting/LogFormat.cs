using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Reeve.Server.Hosting;

/// <summary>How the log looks: a line for people, or an object for programs, one on each line.</summary>
internal static class LogFormat
{
    public const string Json = "json";

    public static void Add(ILoggingBuilder logging, string format)
    {
        if (format == Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                console.UseUtcTimestamp = true;
                console.IncludeScopes = false;
            });
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
        });
    }
}
