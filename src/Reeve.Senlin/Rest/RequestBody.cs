using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>The fields of an object in a request, read the way upstream's clients write them: numbers may be texts.</summary>
internal sealed partial class RequestBody
{
    private static readonly string[] True = ["1", "t", "true", "on", "y", "yes"];
    private static readonly string[] False = ["0", "f", "false", "off", "n", "no"];
    private readonly JsonElement _object;

    /// <summary>Reads an object; refuses fields that are not allowed.</summary>
    public RequestBody(JsonElement value, params ReadOnlySpan<string> allowed)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw SenlinFault.BadRequest($"expected an object, found {Quote.Value(value)}");
        }

        _object = value;
        foreach (var member in value.EnumerateObject())
        {
            if (!allowed.Contains(member.Name))
            {
                throw SenlinFault.BadRequest($"Additional properties are not allowed ('{member.Name}' was unexpected)");
            }
        }
    }

    private RequestBody(JsonElement value) => _object = value;

    /// <summary>Reads an object whose other fields are passed over.</summary>
    public static RequestBody Open(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? new RequestBody(value)
        : throw SenlinFault.BadRequest("The data provided is not a map");

    /// <summary>The object under a name of a request's body.</summary>
    public static async Task<JsonElement> UnderAsync(SenlinCall call, string name)
    {
        var body = await call.ReadBodyAsync();
        return body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw SenlinFault.BadRequest($"Malformed request data, missing '{name}' key in request body.");
    }

    /// <summary>Is the field there, and not null?</summary>
    public bool Has(string name) => _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public JsonElement Value(string name) => _object.TryGetProperty(name, out var value) ? value : default;

    public string Required(string name) => _object.TryGetProperty(name, out _)
        ? Text(name) ?? throw SenlinFault.BadRequest($"The value for the {name} field must be a string.")
        : throw SenlinFault.BadRequest($"'{name}' is a required property");

    /// <summary>A text; null when it is absent or null.</summary>
    public string? Text(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = _object.GetProperty(name);
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            throw SenlinFault.BadRequest($"Value '{value}' is not a valid string for field '{name}'.");
        }

        var text = value.ToString();
        return text.Length <= SizeLimits.LongestName
            ? text
            : throw SenlinFault.BadRequest(
                $"The value for the {name} field must be less than {SizeLimits.LongestName} characters long.");
    }

    /// <summary>A name: letters of any language, digits and a few signs.</summary>
    public string? Name(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var text = _object.GetProperty(name).ValueKind == JsonValueKind.String ? Text(name)!
            : throw SenlinFault.BadRequest($"The value for the {name} field must be a string.");
        if (text.Length == 0)
        {
            throw SenlinFault.BadRequest($"The value for the {name} field must be at least 1 characters long.");
        }

        return NamePattern().IsMatch(text)
            ? text
            : throw SenlinFault.BadRequest(
                $"The value for the '{name}' ({text}) contains illegal characters. It must contain only alphanumeric or "
                    + "\"_-.~\" characters and must start with letter.");
    }

    /// <summary>A whole number within bounds; null when it is absent or null.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = _object.GetProperty(name);
        if (!TryWhole(value, out var number))
        {
            throw SenlinFault.BadRequest($"The value for {name} must be an integer: '{value}'.");
        }

        if (number < least)
        {
            throw SenlinFault.BadRequest($"The value for the {name} field must be greater than or equal to {least}.");
        }

        return number <= most
            ? (int)number
            : throw SenlinFault.BadRequest($"The value for the {name} field must be less than or equal to {most}.");
    }

    /// <summary>Yes or no; null when it is absent or null.</summary>
    public bool? Flag(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var text = _object.GetProperty(name).ToString().ToLowerInvariant();
        return True.Contains(text) ? true
            : False.Contains(text) ? false
            : throw SenlinFault.BadRequest(
                $"Unrecognized value '{_object.GetProperty(name)}', acceptable values are: "
                    + string.Join(", ", True.Concat(False).Order(StringComparer.Ordinal).Select(v => $"'{v}'")));
    }

    /// <summary>An object; also one that is written as JSON in a text. Null when it is absent or null.</summary>
    public JsonElement? Map(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = _object.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                value = Json.Parse(value.GetString()!);
            }
            catch (JsonException)
            {
                throw SenlinFault.BadRequest($"The value ({value}) is not a valid JSON.");
            }
        }

        return value.ValueKind == JsonValueKind.Object
            ? value
            : throw SenlinFault.BadRequest($"The value ({value}) is not a valid JSON.");
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (!_object.TryGetProperty(name, out var value))
        {
            throw SenlinFault.BadRequest($"'{name}' is a required property");
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw SenlinFault.BadRequest($"Items for '{name}' must be a list");
        }

        var texts = value.EnumerateArray().Select(v => v.ToString()).ToList();
        if (texts.Distinct(StringComparer.Ordinal).Count() < texts.Count)
        {
            throw SenlinFault.BadRequest($"Items for '{name}' must be unique");
        }

        return texts.Count is > 0 and <= SizeLimits.MostNodes
            ? texts
            : throw SenlinFault.BadRequest($"Value for '{name}' must have 1 to {SizeLimits.MostNodes} items.");
    }

    private static bool TryWhole(JsonElement value, out long number)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetInt64(out number):
                return true;
            case JsonValueKind.Number when value.GetDouble() is var real && Math.Abs(real) < int.MaxValue && real == Math.Truncate(real):
                number = (long)real;
                return true;
            case JsonValueKind.String:
                return long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
            default:
                number = 0;
                return false;
        }
    }

    [GeneratedRegex(@"^[\p{L}\p{M}\p{Nd}._~\-]*\z")]
    private static partial Regex NamePattern();
}
