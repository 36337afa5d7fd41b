package io.kvkeep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

/** How the packages of the server hang together. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.kvkeep");

    @Test
    void packagesDependOnEachOtherInOneDirection() {
        slices().matching("io.kvkeep.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void packagesAreNamedForWhatTheyAreAbout() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..manager..", "..impl..", "..helper..")
                .check(CLASSES);
    }
}
