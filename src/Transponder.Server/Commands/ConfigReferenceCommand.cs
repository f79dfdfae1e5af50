using System.CommandLine;
using Transponder.Server.Configuration.Reference;

namespace Transponder.Server.Commands;

/// <summary><c>config-reference</c>: every key of the configuration, as a page or as a JSON schema.</summary>
internal static class ConfigReferenceCommand
{
    public static Command Create()
    {
        var command = new Command("config-reference", "Print every key of the configuration with its default and meaning.");
        var schema = new Option<bool>("--schema") { Description = "Print a JSON schema for editors instead." };
        command.Options.Add(schema);
        command.SetAction(arguments =>
        {
            var notes = KeyNotes.OfEverything();
            var descriptions = ReferenceTexts.Descriptions(notes);
            Console.Write(arguments.GetValue(schema) ? JsonSchema.Render(notes, descriptions) : ReferencePage.Render(notes, descriptions));
            return 0;
        });
        return command;
    }
}
