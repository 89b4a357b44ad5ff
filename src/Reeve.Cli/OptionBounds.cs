using System.CommandLine;
using System.Globalization;
using Reeve.Core.Documents;

namespace Reeve.Cli;

/// <summary>Bounds of what options take, held while the command line is read.</summary>
internal static class OptionBounds
{
    /// <summary>A whole number between two, both taken.</summary>
    public static TOption Between<TOption>(this TOption option, int least, int most = int.MaxValue) where TOption : Option
    {
        option.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(t => t.Value))
            {
                // what is no number at all is told by the parser
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && (number < least || number > most) && number is >= int.MinValue and <= int.MaxValue)
                {
                    var bounds = most == int.MaxValue ? $"{least} or more" : $"{least} to {most}";
                    result.AddError($"`{option.Name}`: expected {bounds}, found {Quote.Text(text)}");
                }
            }
        });
        return option;
    }

    /// <summary>A folder that is there.</summary>
    public static TOption Folder<TOption>(this TOption option) where TOption : Option
    {
        option.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(t => t.Value).Where(t => t.Length > 0 && !Directory.Exists(t)))
            {
                var why = File.Exists(text)
                    ? $"{Quote.Text(text)} is a file, and a folder is needed"
                    : $"there is no folder {Quote.Text(text)}";
                result.AddError($"`{option.Name}`: {why}");
            }
        });
        return option;
    }
}
