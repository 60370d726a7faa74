/*
 * Property: the program of android.c with DT_ANDROID_RELR for what it can express, and the rest in
 * DT_ANDROID_RELA: the tags that Android had before DT_RELR got a number for everyone.
 */
#include "android.c"
